project = "Notes"
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_js_files = ["saddlescope.js"]
