"""Home: the whole idea on one real test digit. Start with `streamlit run app.py`.

Streamlit imports this file once for the web server, `app`, and then runs it for everybody who looks at Home; the other
pages are in pages/.
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from qmnist_core.ui import server
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.home.views import playground
from qmnist_core.ui.shared import fans
from qmnist_core.ui.shared.dock import follow_run, show_dock


def home() -> None:
    experiment = frame("home", "A quantum circuit learns two digits. **Press Play.**")
    dataset = checked_dataset(experiment)
    fan = fans.begin(experiment, dataset)
    run = follow_run(experiment, dataset)
    playground(run, dataset, fan)
    show_dock(run, dataset)


if get_script_run_ctx(suppress_warning=True) is None:
    app = App(__file__, routes=server.routes(), middleware=server.MIDDLEWARE, lifespan=server.greeting)
else:
    home()
