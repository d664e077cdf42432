"""Comparative analysis across the cases of a study: associations, contrasts, profiles, configurations, fragility."""
