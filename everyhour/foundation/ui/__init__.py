"""The look and the shell: pages, tokens, components, icons, service worker, crisis page, leaving."""
