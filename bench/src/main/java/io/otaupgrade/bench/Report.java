package io.otaupgrade.bench;

/** Where results are printed. */
interface Report {

  void add(Result result);

  /** No result follows. */
  void end();
}
