"""Knowledge of a ledger is gathered for what a document names, and contradicted documents are not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_simulators.clock import FakeClock
from prometheus_simulators.signed_world import NOW, did, document, sign, statement, statement_content

from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import Knowledge
from prometheus.claims.ledger_view import LedgerKnowledge, LedgerSources
from prometheus.claims.statement import statement_to_json
from prometheus.usecases.ledger_knowledge import MOST_ASKED, add_to, gather, without_forks

if TYPE_CHECKING:
    from prometheus.claims.ledger_view import LedgerQuestion

SOURCES = LedgerSources(("testnet",), FakeClock())


class View:
    def __init__(self, answer: LedgerKnowledge) -> None:
        self.answer = answer
        self.questions: list[LedgerQuestion] = []

    def look_up(self, question: LedgerQuestion, sources: LedgerSources) -> LedgerKnowledge:
        assert sources is SOURCES
        self.questions.append(question)
        return self.answer


def test_what_the_document_names_is_asked_for() -> None:
    view = View(LedgerKnowledge())
    gather(text_form(statement_to_json(statement())).encode(), view, SOURCES, max_bytes=1 << 20)
    [question] = view.questions
    assert (set(question.dids), len(question.content_ids)) == ({did("maria"), did("authority")}, 2)


def test_nobody_is_asked_about_what_cannot_be_read() -> None:
    view = View(LedgerKnowledge())
    assert gather(b"{", view, SOURCES, max_bytes=1 << 20) == LedgerKnowledge()
    assert view.questions == []


def test_a_document_that_names_too_much_is_not_looked_up_and_that_is_told() -> None:
    view = View(LedgerKnowledge())
    limits = [{"blockHeight": height, "blockHash": "ab"} for height in range(1, MOST_ASKED + 2)]
    content = statement_content()
    content["constraints"]["content"] = limits
    found = gather(text_form(sign(content, "authority")).encode(), view, SOURCES, max_bytes=1 << 20)
    assert (view.questions, len(found.unreached)) == ([], 1)
    content["constraints"]["content"] = limits[1:]
    gather(text_form(sign(content, "authority")).encode(), view, SOURCES, max_bytes=1 << 20)
    assert [len(question.heights) for question in view.questions] == [MOST_ASKED]


def test_documents_that_contradict_each_other_are_left_out_and_named() -> None:
    both = (document("maria"), document("maria", tombstoned=900, source="another"), document("authority"))
    found = without_forks(LedgerKnowledge(documents=both, contradictions=("they differ", "they differ")))
    assert [known.document.did.text for known in found.documents] == [did("authority")]
    assert found.contradictions == ("they differ", f"the sources differ about {did('maria')}")


def test_sentences_of_others_are_cut() -> None:
    found = without_forks(LedgerKnowledge(notes=("x" * 1000,)))
    assert [len(note) for note in found.notes] == [300]


def test_it_is_added_to_what_is_known() -> None:
    found = LedgerKnowledge((document("maria"),), {"cju": 5}, {7: "ab"}, ("fork",), ("note",), ("silent",))
    known = add_to(Knowledge(NOW, before_proofs={"old": 1}), found)
    assert known.documents == found.documents
    assert (known.before_proofs, known.block_ids) == ({"old": 1, "cju": 5}, {7: "ab"})
    assert (known.contradictions, known.unreached) == (("fork",), ("silent",))
