from tests.code.matrix.rows import Call, Row
from yosafe.accounts.permissions import Role

AGENCY = {"code": "kent-yot-two", "kind": "yot", "name": "Kent", "area": "E10000016"}
USER = {"email": "new@example.org", "name": "New", "role": "yot_worker", "agency": "leeds-yot"}

ROWS = {
    "GET /sign-in": Row("/sign-in"),
    "POST /sign-in": Row(Call("/sign-in", form={"email": "", "password": ""})),
    "GET /metrics": Row("/metrics"),
    "GET /sign-in/provider": Row("/sign-in/provider"),
    "GET /sign-in/provider/back": Row("/sign-in/provider/back?code=x&state=y"),
    "GET /sign-in/provider/out": Row("/sign-in/provider/out"),
    "GET /confirm/provider": Row("/confirm/provider", alone=dict.fromkeys(Role, "no provider is set")),
    "POST /admin/users/{id}/link": Row(Call("/admin/users/1/link", form={}), alone={Role.ADMIN: "no provider is set"}),
    "POST /admin/users/{id}/link/end": Row(Call("/admin/users/1/link/end", form={}), alone={Role.ADMIN: "nobody is linked"}),
    "POST /api/v1/users/{id}/link": Row(Call("/api/v1/users/1/link", json={}), alone={Role.ADMIN: "no provider is set"}),
    "POST /api/v1/users/{id}/link/end": Row(Call("/api/v1/users/1/link/end"), alone={Role.ADMIN: "nobody is linked"}),
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
