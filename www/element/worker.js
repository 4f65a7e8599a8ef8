// Long work elsewhere: a worker with an instance of its own.

// Long work in a worker: a lab of the same kind in the same state, which sends what it finds as plain numbers.
// `self` is the worker's; the module comes in a message, so that nothing is fetched.
function serve(self) {
  let core = null;
  let lab = null;
  let turn = 0;
  let asked = null;
  const step = (job) => {
    if (job !== turn) return;
    if (asked) {
      lab?.free();
      lab = new core.Lab(asked.lab, [], []);
      lab.resume(asked.task);
      asked = null;
    }
    const progress = lab.work(40);
    const found = lab.harvest();
    self.postMessage({ saddlescope: "found", job, found, done: Number.isNaN(progress) }, [found.buffer]);
    if (!Number.isNaN(progress)) setTimeout(step, 0, job);
  };
  self.addEventListener("message", ({ data }) => {
    if (data?.saddlescope === "begin") {
      core = instantiate(data.module);
      self.postMessage({ saddlescope: "ready" });
    } else if (data?.saddlescope === "work" && core) {
      // Of many that were asked for while it worked, only the last is begun.
      turn = data.job;
      asked = data;
      setTimeout(step, 0, turn);
    } else if (data?.saddlescope === "stop") {
      turn = 0;
    }
  });
}

// A worker that has answered, or null: policies refuse a worker in silence, hence the limit of time.
function hire(source, type) {
  return new Promise((settle) => {
    let worker;
    const give = (result) => {
      clearTimeout(late);
      if (!result) worker?.terminate();
      settle(result);
    };
    const late = setTimeout(give, 4000, null);
    try {
      worker = new Worker(source, { type });
      worker.addEventListener("message", ({ data }) => data?.saddlescope === "ready" && give(worker), { once: true });
      worker.addEventListener("error", () => give(null), { once: true });
      worker.postMessage({ saddlescope: "begin", module });
    } catch {
      give(null);
    }
  });
}

// From a Blob with what a worker needs, else from the script itself, else none.
async function worker() {
  const text = `${instantiate}\n(${serve})(self);`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const hired = (await hire(url)) ?? (/^https?:/.test(here.url) ? await hire(here.url, here.type) : null);
  URL.revokeObjectURL(url);
  return hired;
}
