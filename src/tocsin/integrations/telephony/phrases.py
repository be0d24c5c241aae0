"""The fixed words of a call, in the languages that we speak; what an alert says stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.provider_settings import VOICES


@dataclass(frozen=True)
class Phrases:
    """`{…}` is filled in by `script`, and in the answers to keys by `answers`."""

    greeting: str
    incident: str
    since: str
    is_test: str
    take: str
    take_test: str
    heard: str
    again: str
    decline: str
    nobody: str
    noted: str
    paged_for: str
    take_all: str
    decline_all: str
    one: str
    several: str
    proven: str
    taken: str
    helps: str
    declined: str
    nothing: str
    used: str


ENGLISH = Phrases(
    greeting="This is Tocsin.",
    incident="Incident {number}.",
    since="Since {time}.",
    is_test="This is a test. Nothing is wrong.",
    take="Press 4 to take it.",
    take_test="Press 4 to confirm that calls reach you.",
    heard="Press 4 to confirm that you have heard this.",
    again="Press 5 to hear it again.",
    decline="Press 6 to have the next person called.",
    nobody="No key was pressed: this call counts as missed.",
    noted="Thank you.",
    paged_for="You are paged for {count} incidents.",
    take_all="Press 4 to take them all.",
    decline_all="Press 6 to have the next person called for all of them.",
    one="incident {number}",
    several="incidents {first} and {last}",
    proven="It works, thank you. This contact is proven.",
    taken="You have {what}. Nobody else is woken.",
    helps="{holder} has {what}, and knows that you come.",
    declined="You are not called for {what} any more.",
    nothing="Nothing was changed for {what}: it was answered before, or is over. Open Tocsin to see more.",
    used="Nothing was changed: this was answered before, or is too old. Send yourself another test.",
)

GERMAN = Phrases(
    greeting="Hier ist Tocsin.",
    incident="Vorfall {number}.",
    since="Seit {time}.",
    is_test="Dies ist ein Test. Es ist nichts passiert.",
    take="Drücken Sie die 4, um zu übernehmen.",
    take_test="Drücken Sie die 4, um zu bestätigen, dass Anrufe Sie erreichen.",
    heard="Drücken Sie die 4, um zu bestätigen, dass Sie dies gehört haben.",
    again="Drücken Sie die 5, um es noch einmal zu hören.",
    decline="Drücken Sie die 6, damit die nächste Person angerufen wird.",
    nobody="Es wurde keine Taste gedrückt: Der Anruf gilt als verpasst.",
    noted="Vielen Dank.",
    paged_for="Sie werden zu {count} Vorfällen gerufen.",
    take_all="Drücken Sie die 4, um alle zu übernehmen.",
    decline_all="Drücken Sie die 6, damit für alle die nächste Person angerufen wird.",
    one="Vorfall {number}",
    several="die Vorfälle {first} und {last}",
    proven="Es funktioniert, vielen Dank. Dieser Kontakt ist bestätigt.",
    taken="Sie haben {what}. Niemand sonst wird geweckt.",
    helps="{holder} hat {what} und weiß, dass Sie dazukommen.",
    declined="Für {what} werden Sie nicht mehr angerufen.",
    nothing="Für {what} ändert sich nichts: Es wurde schon beantwortet oder ist vorbei. Mehr sehen Sie in Tocsin.",
    used="Es ändert sich nichts: Dies wurde schon beantwortet oder ist zu alt. Senden Sie sich einen neuen Test.",
)

FRENCH = Phrases(
    greeting="Ici Tocsin.",
    incident="Incident {number}.",
    since="Depuis {time}.",
    is_test="Ceci est un test. Tout va bien.",
    take="Appuyez sur 4 pour le prendre en charge.",
    take_test="Appuyez sur 4 pour confirmer que les appels vous parviennent.",
    heard="Appuyez sur 4 pour confirmer que vous avez entendu ce message.",
    again="Appuyez sur 5 pour réécouter.",
    decline="Appuyez sur 6 pour appeler la personne suivante.",
    nobody="Aucune touche n'a été pressée : cet appel compte comme manqué.",
    noted="Merci.",
    paged_for="Vous êtes appelé pour {count} incidents.",
    take_all="Appuyez sur 4 pour tous les prendre en charge.",
    decline_all="Appuyez sur 6 pour appeler la personne suivante pour tous.",
    one="l'incident {number}",
    several="les incidents {first} et {last}",
    proven="Cela fonctionne, merci. Ce contact est confirmé.",
    taken="Vous prenez en charge {what}. Personne d'autre n'est réveillé.",
    helps="{holder} s'occupe déjà de {what} et sait que vous venez en renfort.",
    declined="Vous n'êtes plus appelé pour {what}.",
    nothing="Rien ne change pour {what} : c'est déjà répondu, ou terminé. Ouvrez Tocsin pour en savoir plus.",
    used="Rien ne change : vous avez déjà répondu, ou c'est trop ancien. Envoyez-vous un nouveau test.",
)

_BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}

LANGUAGES: Mapping[str, Phrases] = {voice: _BY_LANGUAGE[voice[:2]] for voice in VOICES}
"""By the names that Twilio has for languages."""
