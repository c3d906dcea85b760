# When do the meadows flower, does it change over the years, and does temperature explain it?
dates <- read.csv("flowering-dates.csv")
plots <- read.csv("plots.csv")
temperature <- read.csv("temperature.csv")
all <- merge(dates, plots, by = "plot")

spring <- subset(temperature, format(as.Date(date), "%m") %in% c("03", "04", "05"))
spring$year <- as.integer(format(as.Date(spring$date), "%Y"))
warmth <- aggregate(mean_temperature_c ~ year, data = spring, FUN = mean)
all <- merge(all, warmth, by = "year")

model <- lm(first_flower_day ~ mean_temperature_c + altitude_m + species, data = all)
print(summary(model))
