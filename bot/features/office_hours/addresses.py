"""Where office hours stand on the web page."""

PAGE = "/office-hours"


def series_page(series_id: str) -> str:
    return f"{PAGE}/{series_id}"


def session_page(session_id: str) -> str:
    return f"{PAGE}/session/{session_id}"


def booking_file(booking_id: str) -> str:
    """The calendar file of one's own place."""
    return f"{PAGE}/booking/{booking_id}.ics"


def session_file(session_id: str) -> str:
    """The calendar file of a date, for whoever may see it."""
    return f"{session_page(session_id)}.ics"
