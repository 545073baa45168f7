"""Where reviews stand on the web page."""

PAGE = "/reviews"
RUBRICS_PAGE = f"{PAGE}/rubrics"
FIGURES_PAGE = f"{PAGE}/figures"


def page_of(submission_id: str) -> str:
    return f"{PAGE}/{submission_id}"


def rubric_page(rubric_id: str) -> str:
    return f"{RUBRICS_PAGE}/{rubric_id}"


def file_address(submission_id: str, file_id: str) -> str:
    return f"{page_of(submission_id)}/files/{file_id}"
