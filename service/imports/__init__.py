"""Bringing in people, shifts and wishes from spreadsheets and public instances: all or nothing.

The one domain that writes the tables of others: a whole business at once, in one transaction, before anybody watches.
"""
