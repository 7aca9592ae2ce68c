"""The user interface shell: pages, tokens, components, icons, service worker, crisis and leave pages."""
