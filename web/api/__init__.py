"""The JSON API under `/api/v1`: thin calls into `engine.casework`, described by `/api/v1/openapi.json`.

One module per noun. A call declares its action, what it reads (body, query) and what it answers (`call.Calls`); the
same marshmallow schemas read the request, write the answer and make the description. Names, paths, codes and shapes
are a contract that other programs are written against: section 5 of the product description.
"""

from web.api.register import register

__all__ = ["register"]
