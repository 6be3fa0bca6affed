"""Kalshi, simulated: the keys of its accounts. They were made for tests, sign nothing anywhere else, and are no secret.

Used by `face.py`. The Ed25519 secret is the first test of RFC 8032, section 7.1.
"""

from __future__ import annotations

from typing import Final

ED25519_ID: Final = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c"
RSA_ID: Final = "b06cf2d1-4e0e-4c0f-9d5a-2f1f8c2b7e11"
ED25519_PEM: Final = """\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""
RSA_PEM: Final = """\
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDLqIZTNuCJaxaY
+Feuw2P5l66RBkXn8Tim9WlGMxwvly2te+s9EFESGG9pkrncUfJTtXpfET8m+YDF
cRPttJGcFrEaKu3NlBybVRhXxM+vvBr8SLfiJwFMmvobkusxigwqvDQdtP3NOPo0
uwhxyNs6CqFVYHET55zi6JDCtBPhitO75G/cnkCZS5evCcVliDL+jCSfGQisAjAM
U0tIL0Nfj3ak3i7YP5wc9W+1P83VK9WUpMFvdMBet0zZUSK4vhlOMoZe0FfsLBwM
+jwsBo0DqZpvh72pB4sJV6mGuBsACDM9N+o5xEViLOgwIz3CszrrRtWN/i3sR6dY
NMvImHO9AgMBAAECggEANX3Spjm0OTPQ8CXOdf8pG64M8leI9fZkUGoGGCOlhBR7
sWTqcRP/jzau0LZyrd0yPm1csmqnwTdobLOaLeWvFyXYp4xeAJCmAOCVb7woZrqM
Bfadob9n9nSAO8zXjJ/7OSBMuf7HaOdNxJrZiXVdq32OSYv2t2kuymSWXSWKUUM6
4UnP/jJ5oM7+3EB/XP1w2eh25PJ4HdS+agehaBTe5j2q1wcA+Lz47vbMRPMtSZws
KX5Dnbv3gZC01IL0yGGwo8yK9eKsGOO4EHCmHMJc6LqgDaXRhSLWU8fIEY+VVb2l
v9q435uHtwlkoCMxEA3lIpkHNQsVP266jw9KaXaw+wKBgQDxCfkOPoJ28LU0LCoI
RD44LR38F+pmSvMK2U7QTHIJDjciV7EdwQErDc14Ghvor9Jta4K5Wwhf+6rWNuu+
G5InOnXlPM4OmiY0ZcqIS7Ni1qehMoamdqYgHOSvBAzC5xCgCxFU/yXlOXY66zCi
IQJ+yCBgYv9cXQ+cqCHZp4IVRwKBgQDYTJX9QOIyxRw2WyNStpmOFVa83uCR6Uvw
R8zvKwc1hvzONlHtWYO8QrqcDMz25htApo61GejvC+rp47W4Ut0nNxAK+nCbhlSu
zWOztOQzr2P0MU8uZdrVZ97ii+UpKBHmDjSU4cv52IWapilbPUowd3FL9sDEoMLG
mWlHSk3A2wKBgQCCKyCU0K0kDlnNEwyf6jqvm63VthSfqVoXQcOOObpbqZGcuj6s
Es7OsWWEtpTb1BePf7/Y2ZBsRTy88mvc/oavKKMCaRPeTuDS6yW09Syq88ETDHYq
72hHb1MQMN+zYZVY2KFDhYaxg5aVuu1IoQr37JuPceb1ukv0Ddg58nwNgQKBgEZj
TeAXUETzTgYGTI1rLLdHDG30HaJ+CB9OTkt6diMeJYC5vpl9qtgF4xJLPBwQr8ev
K/uVTe8UssKgPo+YL63GRms8Ko8B/ObRoeNmN2j2Z5Gcxka0EK2n2qlgmxd0mbaC
4uucOzO4GWpFLmopnM3+4Ji22O5j3l6gp9jyPjFHAoGARhmAoczy3UcV0MgMvblm
l5BtYBCUPvGZpThsSJRuW1VEndWM5JAetGLEwBmaDw5KBXVRYwtYRG/FuwyDorwK
QJx+2fI/YnMpFFdG2Cbi3WwaBSwhob0R4oNkWwnaKWD9vHasU6XLj3KmKe/Al1GK
iFgFhJlc+qC8znSx8Kq1hDI=
-----END PRIVATE KEY-----
"""
