# When do the meadows flower, and does it change over the years?
dates <- read.csv("flowering-dates.csv")
plots <- read.csv("plots.csv")
all <- merge(dates, plots, by = "plot")

model <- lm(first_flower_day ~ year + altitude_m + species, data = all)
print(summary(model))

earlier <- -10 * coef(model)["year"]
cat(sprintf("Flowering starts %.1f days earlier per decade.\n", earlier))
