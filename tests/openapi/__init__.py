"""The OpenAPI document, its examples and the pages made of it."""
