"""Model fields."""

import json
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Text = models.TextField[Any, Any]
else:
    Text = models.TextField


class WrittenJSONField(Text):
    """JSON stored as text, so that every database keeps the order of keys and every digit."""

    def from_db_value(self, value, expression, connection):
        return None if value is None else json.loads(value)

    def to_python(self, value):
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        return (
            None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        )
