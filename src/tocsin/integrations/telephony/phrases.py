"""The fixed words of a call, in the languages that we speak; what an alert says stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.provider_settings import VOICES


@dataclass(frozen=True)
class Phrases:
    """`{…}` is filled in by `script`."""

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
    unknown_key: str
    noted: str


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
    unknown_key="That key means nothing here.",
    noted="Thank you.",
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
    unknown_key="Diese Taste hat hier keine Bedeutung.",
    noted="Vielen Dank.",
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
    unknown_key="Cette touche n'a pas de fonction ici.",
    noted="Merci.",
)

_BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}

OUR_LANGUAGE = "en-GB"
"""Of what is answered to a key: whose incident it is now."""

LANGUAGES: Mapping[str, Phrases] = {voice: _BY_LANGUAGE[voice[:2]] for voice in VOICES}
"""By the names that Twilio has for languages."""
