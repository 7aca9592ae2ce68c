"""Commands for statisticians and operators: simulate, train, replay, explain, plan a study."""
