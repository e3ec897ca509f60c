"""Keeps what nobody may read out of what is shown: values by their names, and credentials wherever they stand."""
