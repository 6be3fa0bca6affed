"""Books: one venue's (`Book`), all venues' (`Consolidated`), and who keeps them whole (`Keeper`)."""
