"""The user interface shell: base pages, components, icons, service worker, crisis pages."""
