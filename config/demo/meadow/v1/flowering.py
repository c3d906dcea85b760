"""Length of the flowering season of each plot, in days."""
import csv
from collections import defaultdict
from statistics import mean

seasons = defaultdict(list)
with open("flowering-dates.csv", encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        seasons[row["plot"]].append(int(row["last_flower_day"]) - int(row["first_flower_day"]))

for plot, days in sorted(seasons.items()):
    print(f"{plot}: {mean(days):.1f}")
