/** The seed of this process's runs: RINGSCOPE_STRESS_SEED, or 1. */
export function stressSeed(): number {
  return Number(Deno.env.get("RINGSCOPE_STRESS_SEED") ?? "1");
}
