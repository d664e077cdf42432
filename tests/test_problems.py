"""Problems as a whole: sorted, each once, safe to open."""

from clusterkg.coding.problems import CellProblem, Problems


def test_problems_are_sorted_by_row_and_stand_once() -> None:
    def problem(row: int, cell: str, level: str = "error") -> CellProblem:
        return CellProblem("cases", row, cell, "", level, "rule", "", "Wrong.")

    given = [problem(10, "A10"), problem(2, "B2", "warning"), problem(2, "AA2"), problem(2, "B2"), problem(2, "B2")]
    told = [(one.cell, one.level) for one in Problems(given, ["cases"])]
    assert told == [("B2", "error"), ("AA2", "error"), ("B2", "warning"), ("A10", "error")]
    assert Problems(given).summary() == "3 errors, 1 warning, 0 cells normalised"


def test_a_problem_in_a_csv_is_one_line_that_no_software_runs() -> None:
    problem = CellProblem("cases", 2, "B2", "name", "error", "formula", "=1+1\nx\x00\u202e", "A formula.")
    out = Problems([problem]).to_csv()
    assert out.splitlines()[1:] == ["cases,2,B2,name,error,formula,'=1+1 x  ,A formula.,"]
    assert Problems([]).to_csv() == "sheet,row,cell,field,level,rule,value,message,fix\n"
