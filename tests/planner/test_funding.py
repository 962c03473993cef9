"""Workers x tariff x months against funds: amounts, the match, and budgets that were published."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from geodata.schema import ACTIVE_BPU, ELIGIBLE, SECTORS, VILLAGE_CODE, basis, high, low, sector_column
from geodata.texts import LANGUAGES
from planner.coverage import gap
from planner.errors import PlanError
from planner.funding import CAPACITY, COST, LEFT, PAID, cost_idr, match, need_of, payable_workers
from planner.funds import (
    FUNDS,
    AddApbdes,
    Apbd,
    Bkbk,
    DbhSawit,
    Funds,
    Payable,
    RegionFund,
    SelfPay,
    Sertakan,
    VillageFund,
    usable_idr,
)
from planner.params import described
from planner.params_file import ParamsError, as_toml, parse_as, read_as, write_default
from planner.published import BUILT_IN, read_budgets, reproduced
from tests.conftest import assert_aligned, assert_unchanged

START = date(2025, 1, 1)
EACH = 16_800 * 12  # a year of JKK and JKM


def need_frame(rows, sectors=("plantation", "fishery", "other")):
    index = pd.Index([f"17.06.01.2{i:03}" for i in range(len(rows))], name=VILLAGE_CODE)
    return pd.DataFrame(rows, index=index, columns=list(sectors), dtype="int64")


@st.composite
def needs(draw):
    row = st.tuples(*[st.integers(0, 12)] * 3)
    return need_frame(draw(st.lists(row, min_size=1, max_size=5)))


@st.composite
def some_funds(draw):
    money = st.integers(0, 25).map(lambda workers: workers * EACH + workers % 7)
    villages = st.integers(0, 9).map(lambda workers: workers * EACH)
    return Funds(
        dbh_sawit=DbhSawit(allocation_idr=draw(money), cap_share=draw(st.sampled_from([0.2, 1.0]))),
        apbd=Apbd(allocation_idr=draw(money), sector=draw(st.sampled_from(["all", "fishery", "plantation"]))),
        bkbk=Bkbk(village_allocation_idr=draw(villages), cap_share=1.0),
        add_apbdes=AddApbdes(village_allocation_idr=draw(villages)),
        sertakan=Sertakan(workers=draw(st.integers(0, 9))),
        self_pay=SelfPay(workers=draw(st.integers(0, 9))),
    )


def most_payable(need, funds):
    """The most workers that any split pays, by linear programming (its matrix is that of a network)."""
    cells = [(i, sector) for i in range(len(need)) for sector in need.columns]
    sources = []
    for _, fund in funds.each():
        if isinstance(fund, VillageFund):
            sources += [(fund.available_idr // EACH, i, "all") for i in range(len(need))]
        elif isinstance(fund, RegionFund):
            sources.append((fund.available_idr // EACH, None, fund.sector))
        else:
            sources.append((fund.workers, None, "all"))
    allowed = np.array(
        [[place in (None, i) and sector in ("all", s) for i, s in cells] for _, place, sector in sources], dtype=float
    )
    count = len(cells)
    from_source = np.kron(np.eye(len(sources)), np.ones(count))
    to_cell = np.kron(np.ones(len(sources)), np.eye(count))
    limits = [*(capacity for capacity, _, _ in sources), *need.to_numpy().ravel()]
    found = linprog(
        -np.ones(allowed.size),
        A_ub=np.vstack((from_source, to_cell)),
        b_ub=limits,
        bounds=[(0, 1e6 if may else 0) for may in allowed.ravel()],
    )
    return round(-found.fun)


def test_costs_and_workers_of_an_amount():
    assert cost_idr(22_100, 5, start=date(2024, 8, 1)) == 1_856_400_000
    assert payable_workers(1_158_000_000, 12, start=START) == 5_744
    assert cost_idr(10, 12, start=START, programme="jkk_jkm_jht") == 10 * 12 * 36_800
    in_2026 = {payer: cost_idr(1, 3, start=date(2026, 11, 1), payer=payer) for payer in ("state", "self")}
    assert in_2026 == {"state": 3 * 16_800, "self": 2 * 8_400 + 16_800}


@given(st.integers(0, 10**12), st.integers(1, 60), st.sampled_from(["state", "self"]))
def test_an_amount_pays_as_many_as_it_can(amount, months, payer):
    workers = payable_workers(amount, months, start=START, payer=payer)
    assert cost_idr(workers, months, start=START, payer=payer) <= amount
    assert cost_idr(workers + 1, months, start=START, payer=payer) > amount


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: cost_idr(-1, 12, start=START), "-1 workers cannot be paid for"),
        (
            lambda: cost_idr(1, -3, start=START),
            "over -3 months cannot be worked out. Enter a whole number from 1 to 60",
        ),
        (lambda: cost_idr(1, 61, start=START), "over 61 months"),
        (lambda: payable_workers(10, 0, start=START), "over 0 months"),
        (lambda: payable_workers(-5, 12, start=START), "-5 rupiah pay for nobody"),
        (lambda: cost_idr(1, 12, start=date(2031, 1, 1)), "no tariff of jkk_jkm for 2031-01-01"),
    ],
    ids=["workers", "months", "many months", "no months", "amount", "no tariff"],
)
def test_what_cannot_be_worked_out_is_told(call, told):
    with pytest.raises(PlanError, match=told) as caught:
        call()
    assert caught.value.text("id") != str(caught.value)


def test_village_money_spares_the_workers_of_bound_funds():
    need = need_frame([(10, 0, 5), (10, 0, 0)])
    funds = Funds(
        dbh_sawit=DbhSawit(allocation_idr=EACH * 12, cap_share=1.0),
        add_apbdes=AddApbdes(village_allocation_idr=EACH * 5),
        apbd=Apbd(allocation_idr=EACH * 2 + 1),
    )
    found = match(need, funds, start=START)
    assert list(found.funds.index) == ["add_apbdes", "dbh_sawit", "apbd"]
    assert found.by_sector.loc["add_apbdes"].tolist() == [5, 0, 5]
    assert found.funds[PAID].tolist() == [10, 12, 2]
    assert found.funds[LEFT].tolist() == [0, 0, 1]
    assert found.funds[CAPACITY].tolist() == [10, 12, 2]
    assert found.unpaid.to_numpy().sum() == 1


def test_two_bound_funds_and_villages_that_can_help_only_one():
    """Taking the sectors of a village in a fixed order would pay fewer."""
    need = need_frame([(4, 4, 0), (4, 0, 0)])
    funds = Funds(
        dbh_sawit=DbhSawit(allocation_idr=EACH * 4, cap_share=1.0),
        apbd=Apbd(allocation_idr=EACH, sector="fishery"),
        add_apbdes=AddApbdes(village_allocation_idr=EACH * 4),
    )
    found = match(need, funds, start=START)
    assert found.by_sector.loc["add_apbdes"].tolist() == [5, 3, 0]
    assert found.unpaid.to_numpy().sum() == 0


@given(needs(), some_funds())
def test_no_split_pays_more(need, funds):
    found = match(need, funds, start=START)
    assert found.funds[PAID].sum() == most_payable(need, funds)


@given(needs(), some_funds(), st.randoms())
def test_totals_are_kept_and_the_order_of_rows_does_not_matter(need, funds, random):
    before = need.copy()
    found = match(need, funds, start=START)
    assert_unchanged(need, before)
    assert_aligned(found.paid, need)
    assert_aligned(found.unpaid, need)
    assert (found.unpaid >= 0).all(axis=None)
    assert (found.paid.sum(axis=1) + found.unpaid.sum(axis=1) == need.sum(axis=1)).all()
    assert (found.by_sector.sum() + found.unpaid.sum() == need.sum()).all()
    assert (found.paid.sum() == found.funds[PAID]).all()
    assert (found.funds[PAID] <= found.funds[CAPACITY]).all()
    money = found.funds[found.funds[LEFT].notna()]
    assert (money[LEFT] >= 0).all()
    assert (money[LEFT] + money[COST] == money["available_idr"]).all()
    for name, fund in funds.each():
        if isinstance(fund, RegionFund) and fund.sector != "all" and name in found.by_sector.index:
            assert found.by_sector.loc[name].drop(fund.sector).sum() == 0
        if isinstance(fund, VillageFund) and name in found.paid:
            assert (found.paid[name] <= fund.available_idr // EACH).all()
    order = list(need.index)
    random.shuffle(order)
    mixed = match(need.loc[order], funds, start=START)
    pd.testing.assert_frame_equal(mixed.funds, found.funds)
    pd.testing.assert_frame_equal(mixed.paid.loc[need.index], found.paid)


@given(needs(), some_funds(), st.integers(1, 10))
def test_more_money_never_pays_fewer(need, funds, more):
    richer = funds.apbd.model_copy(update={"allocation_idr": funds.apbd.allocation_idr + more * EACH})
    counts = [
        match(need, given_funds, start=START).funds[PAID].sum()
        for given_funds in (funds, funds.model_copy(update={"apbd": richer}))
    ]
    assert counts[0] <= counts[1] <= counts[0] + more


def test_without_money_nobody_is_paid():
    need = need_frame([(1, 2, 3)])
    found = match(need, Funds(), start=START)
    assert found.funds.empty
    assert found.paid.shape == (1, 0)
    pd.testing.assert_frame_equal(found.unpaid, need)


def village_frame():
    """Three villages: one known, one without any figure, one whose sectors are not known."""
    eligible, active = [100, None, 40], [10, None, 0]
    columns = {VILLAGE_CODE: ["17.06.01.2001", "17.06.01.2002", "17.06.01.2003"]}
    workers = {s: [0, None, None] for s in SECTORS} | {"plantation": [67, None, None], "fishery": [33, None, None]}
    for name, values in {ELIGIBLE: eligible, ACTIVE_BPU: active}.items():
        columns |= {part: pd.array(values, dtype="Int64") for part in (name, low(name), high(name))}
        columns[basis(name)] = pd.array(["assumed", None, "assumed"], dtype="str")
    columns |= {sector_column(s): pd.array(values, dtype="Int64") for s, values in workers.items()}
    return pd.DataFrame(columns)


def test_need_by_sector_sums_to_the_gap():
    villages = village_frame()
    before = villages.copy()
    need = need_of(villages)
    assert list(need.index) == list(villages[VILLAGE_CODE])
    assert need.sum(axis=1).tolist() == gap(villages)["gap_workers"].fillna(0).tolist() == [90, 0, 40]
    assert need.iloc[0][["plantation", "fishery"]].tolist() == [60, 30]
    assert need.iloc[2]["other"] == 40
    assert_unchanged(villages, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_funds_explains_itself_and_is_read_back(tmp_path, language):
    path = tmp_path / "dana.toml"
    write_default(path, model=Funds, language=language)
    text = path.read_text(encoding="utf-8")
    assert read_as(Funds, path) == Funds()
    assert all(entry.meaning in text for entry in described(Funds, language))
    funds = Funds(programme="jkk_jkm_jht", apbd=Apbd(allocation_idr=10**9, sector="fishery", months=6))
    assert parse_as(Funds, as_toml(funds, language), name="a.toml") == funds


def test_what_a_file_of_funds_leaves_out_has_its_default():
    funds = parse_as(Funds, "[dbh_sawit]\nallocation_idr = 5_790_000_000\n", name="a.toml")
    assert funds.dbh_sawit == DbhSawit(allocation_idr=5_790_000_000)
    assert funds.dbh_sawit.available_idr == 1_158_000_000
    assert funds.dbh_sawit.sector == "plantation"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[zakat]\n", "zakat: this key is unknown. Remove it, or use one of: programme, dbh_sawit, apbd, bkbk"),
        (
            "[apbd]\nmonths = -3",
            "apbd.months = -3: this value cannot be used. Enter a whole number from 1 to 60 months",
        ),
        ("[apbd]\nmonths = 61", "apbd.months = 61: this value"),
        ("[apbd]\ncap_share = 1.5", "apbd.cap_share = 1.5: .* from 0 to 1"),
        ("[apbd]\nsector = 'mining'", 'apbd.sector = "mining": .*one of `all`, `plantation`'),
        ("[bkbk]\nallocation_idr = 1", "bkbk.allocation_idr: this key is unknown. .* village_allocation_idr"),
        ("apbd = 3", "apbd = 3: .* a table"),
    ],
)
def test_a_wrong_file_of_funds_is_told(text, told):
    with pytest.raises(ParamsError, match=told) as caught:
        parse_as(Funds, text, name="dana.toml")
    assert caught.value.text("id") != str(caught.value)


def test_a_missing_file_of_funds_says_how_to_make_one(tmp_path):
    with pytest.raises(PlanError, match=r"Make one with `planner fund init none\.toml`"):
        read_as(Funds, tmp_path / "none.toml")
    with pytest.raises(PlanError, match=r"make a new file with `planner fund init`"):
        parse_as(Funds, "[[", name="a.toml")


def test_funds_may_pay_every_sector_of_the_layer():
    assert Payable.__args__ == ("all", *SECTORS)
    assert FUNDS == ("dbh_sawit", "apbd", "bkbk", "add_apbdes", "sertakan", "self_pay")


def test_shares_are_rounded_down_to_rupiah():
    assert usable_idr(5_790_000_000, 0.2) == 1_158_000_000
    assert usable_idr(99, 0.5) == 49
    assert usable_idr(10, 0.1) == 1


PUBLISHED = {
    ("Lampung", "dbh_sawit"): (1_860_000_000, 1_856_400_000),
    ("Jambi", "dbh_sawit"): (410_000_000, 410_256_000),
    ("Kabupaten Bangka", "dbh_sawit"): (500_000_000, 493_920_000),
    ("Kabupaten Bangka", "apbd"): (200_000_000, 191_520_000),
    ("Jambi (per desa/kelurahan)", "bkbk"): (10_000_000, 10_080_000),
}


def test_published_budgets_follow_from_the_formula():
    budgets = read_budgets()
    found = budgets.join(reproduced(budgets)).set_index(["place", "fund"])
    for place, (published, again) in PUBLISHED.items():
        row = found.loc[place]
        assert (row["published_idr"], row["reproduced_idr"]) == (published, again), place
        assert row["difference_idr"] == again - published
        assert abs(row["difference_pct"]) < 5
    assert found.loc[("Jambi (per desa/kelurahan)", "bkbk"), "workers_each"] == 50
    most = found.loc[("Kabupaten Mukomuko", "dbh_sawit")]
    assert (most["published_idr"], most["payable_workers"]) == (1_158_000_000, 5_744)
    assert pd.isna(most["reproduced_idr"])
    assert len(found) == len(PUBLISHED) + 1
    assert budgets[["source_url", "source_date", "confidence"]].notna().all(axis=None)


@pytest.mark.real
def test_published_budgets_say_what_the_collected_facts_say(shared_data):
    facts = pd.read_csv(shared_data / "facts" / "funding_facts.csv")
    for row in read_budgets().itertuples():
        urls = set(row.source_url.split(" | "))
        same = facts[facts["source_url"].map(lambda cell, urls=urls: bool(urls & set(cell.split(" | "))))]
        assert len(same), row.place
        if pd.notna(row.workers):
            assert str(row.workers) in set(same["workers"].astype(str).str.removesuffix(".0"))


def test_a_wrong_register_of_budgets_is_refused(tmp_path):
    path = tmp_path / "anggaran.csv"
    text = BUILT_IN.read_text(encoding="utf-8")
    path.write_text(
        text.replace(",apbd,950,", ",zakat,many,").replace(",12,assumed,", ",61,assumed,"), encoding="utf-8"
    )
    with pytest.raises(PlanError, match=r"anggaran.csv .*fund \(4\); workers \(4\); months \(6\)") as caught:
        read_budgets(path)
    assert "Daftar anggaran terbit anggaran.csv" in caught.value.text("id")
