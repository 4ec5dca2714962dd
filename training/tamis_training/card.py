"""Writes the evaluation table of docs/model-card.md from two answers of `tamis eval --json`."""

import argparse
import json
from pathlib import Path

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
FEW = 50  # rows of each class from which a slice counts


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--before", required=True)
    p.add_argument("--after", required=True)
    p.add_argument("--card", required=True, help="the page, whose table is replaced")
    args = p.parse_args()
    before, after = figures(args.before), figures(args.after)
    page = Path(args.card).read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    Path(args.card).write_text(head + BEGIN + "\n" + "\n".join(table(before, after)) + "\n" + END + tail, encoding="utf-8")


def figures(file):
    """The cells by label, language and group; cells of both languages together are left out."""
    with open(file, encoding="utf-8") as f:
        cells = json.load(f)["figures"]
    return {(c["label"], c["lang"], c.get("group", "")): c for c in cells if c.get("lang")}


def table(before, after):
    yield "| label | language | source | rows | positive | AUC before | AUC now (95 %) | error, now / before | calibration error |"
    yield "| --- | --- | --- | ---: | ---: | ---: | --- | ---: | --- |"
    ratios, worst = [], 1.0
    for key in sorted(after):
        now, was = after[key], before.get(key)
        few = min(now["positives"], now["texts"] - now["positives"])
        if few < 5 or (key[2] and few < 20) or not now["auc"] or not was or not was["auc"]:
            continue
        ratio = (1 - now["auc"]["value"]) / max(1e-9, 1 - was["auc"]["value"])
        if key[2] and few >= FEW:
            ratios.append(ratio)
            worst = min(worst, now["auc"]["value"] - was["auc"]["value"])
        ece, mark = now["calibration_error"], " \\*" if key[2] and few >= FEW else ""
        yield (f"| {key[0]} | {key[1]} | {key[2] or 'all'}{mark} | {now['texts']} | {now['positives']} | {was['auc']['value']:.3f} | "
               f"{now['auc']['value']:.3f} ({now['auc']['low']:.3f}–{now['auc']['high']:.3f}) | {ratio:.2f} | {ece['value']:.3f} |")
    yield ""
    yield (f"Over the {len(ratios)} slices with at least {FEW} rows of each class (\\*) the error, 1 − AUC, is {100 * (1 - sum(ratios) / len(ratios)):.1f} % "
           f"lower on average; the slice that changes for the worst changes by {worst:+.4f}.")


if __name__ == "__main__":
    main()
