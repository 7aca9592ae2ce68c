"""The wiring: settings, urls, server, command, timetable. Imports every room; no room imports it."""
