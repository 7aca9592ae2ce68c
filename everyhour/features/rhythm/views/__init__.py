"""The pages of this room, one file per thing a person comes for."""
