// Medians and spreads. Quantiles are those of the sorted sample, without interpolation: small samples are what they are.

export function quantile(samples, q) {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export const median = (samples) => quantile(samples, 0.5);

/** One line about a sample of milliseconds. */
export function describe(samples) {
  const ms = (value) => value.toFixed(2);
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((q) => quantile(samples, q));
  return `median ${ms(p50)} ms (p10 ${ms(p10)}, p90 ${ms(p90)}, n=${samples.length})`;
}
