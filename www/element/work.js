// Long work of one element: a slice in every frame, until a worker has answered that takes it over.

Object.assign(Scope.prototype, {
  toil(progress) {
    this.bar.hidden = progress === null;
    if (progress === null) {
      this.recall();
      return;
    }
    this.bar.value = progress;
    const task = this.guard((lab) => lab.task(), undefined);
    if (task !== this.task) this.recall();
    const elsewhere = task !== undefined && !this.alone;
    if (elsewhere && task !== this.task) {
      this.task = task;
      this.delegate(task);
    }
    if (elsewhere && this.worker) return;
    // A frame in which the user moved something has work enough, and others come soon after it.
    if (this.touched) this.moved = performance.now();
    else this.guard((lab) => lab.work(performance.now() - (this.moved ?? 0) < 300 ? 3 : 12));
    ask(this);
  },

  async delegate(task) {
    this.job = (this.job ?? 0) + 1;
    if (this.hiring) return;
    if (!this.worker) {
      this.hiring = true;
      const hired = await worker();
      this.hiring = false;
      // Meanwhile the element may have gone, or been rebuilt.
      if (!this.lab || !hired) {
        hired?.terminate();
        if (!this.lab) return;
        this.alone = true;
        ask(this);
        return;
      }
      this.worker = hired;
      this.worker.addEventListener("message", ({ data }) => this.received(data));
      this.worker.addEventListener("error", () => {
        this.dismiss();
        this.alone = true;
        ask(this);
      });
      task = this.task;
      // All is done already.
      if (task === null) return;
    }
    this.worker.postMessage({ saddlescope: "work", job: this.job, lab: this.described.id, task });
  },

  received({ saddlescope: what, job, found, done }) {
    if (what !== "found" || job !== this.job || !this.lab) return;
    // Since the last frame something else may be asked for: what was found does not belong to it.
    if (this.guard((lab) => lab.task(), undefined) !== this.task) {
      this.recall();
      ask(this);
      return;
    }
    if (found.length > 0) this.guard((lab) => lab.absorb(found));
    // What is left now is done here.
    if (done) this.alone = this.guard((lab) => lab.task(), undefined) === this.task;
    ask(this);
  },

  // The worker is to leave what it does.
  recall() {
    if (this.task) this.worker?.postMessage({ saddlescope: "stop" });
    this.task = null;
  },

  dismiss() {
    this.worker?.terminate();
    this.worker = null;
    this.task = null;
    this.alone = false;
  },
});
