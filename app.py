"""The web server, started with `streamlit run app.py`: it shows home.py first; the other pages are in pages/."""

from streamlit.starlette import App

from qmnist_core.ui import server

app = App("home.py", routes=server.routes(), middleware=server.MIDDLEWARE, lifespan=server.greeting)
