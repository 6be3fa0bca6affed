"""The HTTP door of the engine: the public Sequence API on Litestar and uvicorn. Start at `app.build_app`."""
