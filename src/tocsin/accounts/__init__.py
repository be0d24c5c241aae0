"""People, teams, roles, what a caller may see, and every credential.

Owns the tables scope, scope_member, app_user, team, team_member, session, one_time_link, api_token, sign_in_attempt and
the ledger topic `audit`. Contacts and notification rules belong to `delivery`.
"""
