from tests.code.matrix.rows import Call, Row

AGENCY = {"code": "kent-yot-two", "kind": "yot", "name": "Kent", "area": "E10000016"}
USER = {"email": "new@example.org", "name": "New", "role": "yot_worker", "agency": "leeds-yot"}

ROWS = {
    "GET /sign-in": Row("/sign-in"),
    "POST /sign-in": Row(Call("/sign-in", form={"email": "", "password": ""})),
    "POST /sign-out": Row(Call("/sign-out", form={})),
    "GET /account": Row("/account"),
    "POST /account/sign-out-everywhere": Row(Call("/account/sign-out-everywhere", form={})),
    "GET /set-password/{token}": Row("/set-password/unknown"),
    "POST /set-password/{token}": Row(Call("/set-password/unknown", form={})),
    "GET /admin/users": Row("/admin/users"),
    "GET /admin/users/export": Row("/admin/users/export"),
    "GET /admin/agencies": Row("/admin/agencies"),
    "GET /admin/agencies/export": Row("/admin/agencies/export"),
    "GET /admin/audit": Row("/admin/audit"),
    "GET /admin/audit/export": Row("/admin/audit/export"),
    "GET /admin/audit/unusual": Row("/admin/audit/unusual"),
    "GET /admin/audit/unusual/export": Row("/admin/audit/unusual/export"),
    "GET /api/v1/audit/unusual": Row("/api/v1/audit/unusual"),
    "GET /api/v1/agencies": Row("/api/v1/agencies"),
    "POST /api/v1/agencies": Row(Call("/api/v1/agencies", json=AGENCY)),
    "GET /api/v1/users": Row("/api/v1/users"),
    "POST /api/v1/users": Row(Call("/api/v1/users", json=USER)),
    "GET /api/v1/audit": Row("/api/v1/audit"),
}
