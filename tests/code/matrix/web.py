from tests.code.matrix.rows import Row

ROWS = {
    "GET /healthz": Row("/healthz"),
    "HEAD /healthz": Row("/healthz"),
    "GET /readyz": Row("/readyz"),
    "HEAD /readyz": Row("/readyz"),
    "GET /": Row("/"),
    "GET /clocks": Row("/clocks"),
    "GET /clocks/export": Row("/clocks/export"),
    "GET /help": Row("/help"),
    "GET /accessibility": Row("/accessibility"),
    "GET /static/{file_path}": Row("/static/css/yosafe.css"),
    "HEAD /static/{file_path}": Row("/static/css/yosafe.css"),
    "GET /api": Row("/api"),
    "GET /api/{path}": Row("/api/nothing"),
    "GET /api/openapi.json": Row("/api/openapi.json"),
}
