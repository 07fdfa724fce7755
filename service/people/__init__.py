"""Who there is: teams, users, roles, chat identities, logins."""
