"""The room: what can only be said when all records of an incident are seen together – guard rails, checklists, the
decision aid, the brief of a hand-off.

Owns the table `checklist_tick`, the event in `events` and the job `room.look`. It gathers one frozen
`RoomFacts` and decides by pure rules; what it finds it pushes down to `incidents.findings`. Nothing of an incident's
own state is kept or changed here.
"""
