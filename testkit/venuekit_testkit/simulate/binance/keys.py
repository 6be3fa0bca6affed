"""The test keys of the simulated Binance: one of each kind, for one account. They open nothing anywhere else.

Used by `face.py`, and by whoever signs for it. Made once for this file, so that runs repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RSA_PEM: Final = """\
-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDKG4D7fKo66lti
ZSIVRy+ogG+pDz7Y5REiPnjMs5ltOnl/bP2Ve2Dkfkzjj0fMVYWNwZeeQCfLvVyX
kTT2c7/TAm87RhyqhsSKHwp/zxaaaGf5n+GDeLwloZqh046g+P4/2592p0UO0cW3
5qTI+KKk5BGQSeB1y97G5424aaf7fsazpi1XdgFPC6oq+RG4xPEpLLXD5fAuG8Nv
fKz1DoiHpygf/KRfu0RWYx+Nz19pf1Rpg7P6q00XqUh8gsQtX/XLt3Dznhd8T9Pt
nwLn8NRb9M65Dt7qnyZRO3/lu2s4UE0wfF7YSh9wnDAzCzThnnmm2ucGz7479THY
FPMmJMerAgMBAAECggEAO6ExxQFbGFbc74L3M1/1Z7m9OBwPZt7u1zOnYH383oVK
I5Z8mwXz6HZ7KQi1Hkx9Qv3DRiWXmD0efHmTLsOn7RHiz5I4EvgANOBDsMHg4V28
j6HkX23X1SKBBQ3uHwBXw2+A9PkVHvI1a7TZGZKCKjRAGloxp4+nAvh+j9JchY6z
cGsSxIt1JOxNuf63DKt9L2kap78gailj0S9PgUat7votCyT3cd44EGnOMn79al/G
c3yS4ZmYKV8mCjafbdLh4P6geeUEk1FndOz0EWdHGiDZQYTZ8ZEphdeikQnd2bGq
y1dvTJs8hY1jqj5pa+BiUrgJoK9Fw9VdmnEbY9dJwQKBgQD0U6yKf9Vqrcebq0rU
snTekAS5RPWxpV1rPWlIbA2bQHWEVnpjGapnIMLZODm7KaKIEDJzNVE9IgcGWD1S
xpgKpiRHbravPUGd9gAVCI1G1mnQFRMG+Bpjlf6g3GY0z2K6fqWVGiDL+Fgqr+Fp
SzvtcXNX4LoGZ407t6bHdEyYhQKBgQDTw3NKuZIONF1V6LDfWYeMXR/Nq2ZWxZ8g
PNZ7TKfBdbCUkhaA8eSr3tsTpjljunHq6mICaQoSdlTXXCImq+nr8VnypcVtpMMU
TtZqjtkdBRElX+eRUnAQ6TCveJejCHHNn7KitkpASdlY+rclKZW6qjL3kqMjFPlC
fraKUYfubwKBgHxsrD6wESBNtYxqNCaTZv78utsa6kB4pVV6pcYy+M7qia5GV/dl
16jDP1dd0dClyFagYQDY0zFdxdQOVdR0vHMX3vvdvv0JJgRqheowO7oqcSJ9yP3Q
lafHeC+1bftQ7cdpvatr7e3R4ByFCzcTEEbAcuv6zuF6FKunwDBs4qD9AoGBAIpW
a3HMarKm2LZvjWRLO3ahu04Dg5Z6AWrw83iW6hxCwvk7ukHARA9XRay/cUxKF3NM
bHyAnBjVfrU1tgWnVuhQwd73FlN7SAlzOzVfXkxL7BiLX16bCSSzAaAP2pehw559
jhgnl7gJxlgPaSd41ByeZS9AdxxK7k7XMm6HtpI3AoGBAJKmElXF4CtL+uNZ2H+d
hwJxe1GBBlmLzqhcMCKjZzkeopvw4cGm7+ie+fWls0+J5jzJPRCKFD8bqqylrD63
qnVo9JNnCFotUAoUXfn5VpStLu/p6/729Xt6f2gUIKnfIwYjX6FfdObNstw5A1wW
uLwafRFarvivueokHaNZMecy
-----END PRIVATE KEY-----
"""
ED25519_PEM: Final = """\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIG93NhG0/soa7rS/Zam9JEypveCLjk17cC6shpzyJxsW
-----END PRIVATE KEY-----
"""

KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "HMAC": {
        "api_key": "simulatedBinanceHmacKey00000000000000000000000000000000000000001",
        "api_secret": "simulatedBinanceHmacSecret00000000000000000000000000000000000002",
    },
    "RSA": {
        "api_key": "simulatedBinanceRsaKey000000000000000000000000000000000000000003",
        "api_secret": RSA_PEM,
    },
    "ED25519": {
        "api_key": "simulatedBinanceEd25519Key00000000000000000000000000000000000004",
        "api_secret": ED25519_PEM,
    },
}
