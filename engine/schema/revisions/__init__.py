"""The revisions, one file each, oldest 0001. A revision that was released is never edited."""
