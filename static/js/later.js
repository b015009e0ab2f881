// What is loaded when it is needed for the first time.

// Returns a function that loads a module, by an import() in importing. Where that fails, the next call
// tries again.
export function later(importing) {
  let loading = null;
  let failed = 0;
  return () => {
    loading ??= importing().catch((error) => importAgain(error, failed)).catch((error) => {
      failed++;
      loading = null;
      throw error;
    });
    return loading;
  };
}

// Firefox remembers of an address that importing it has failed, and names the address in the error:
// only under another one it asks the server again.
async function importAgain(error, failed) {
  const [address] = /https?:\S+$/.exec(error.message) ?? [];
  if (!address || failed === 0) throw error;
  return import(`${address}?${failed}`);
}
