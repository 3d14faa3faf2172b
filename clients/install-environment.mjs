/** An environment for npm and the scripts of what it installs, which are nobody's here: without keys, tokens and settings of Sora. */
export function installEnvironment(env) {
  const isOurs = /^sora_|(key|token|secret|password)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs.test(name)));
}
