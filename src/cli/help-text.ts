/** What `sim --help` says. Text, not generated: it is printed before anything is loaded. */
export const helpText = `sim: backtest and replay crypto trading on the engine that also trades live

usage: sim <command> [options]        sim <command> --help for the options of one command

  run         run a strategy over recorded data: sim run --strategy twap --data FILE
  verify      execute a journal again and compare: sim verify JOURNAL
  strategies  list the strategies with their parameters and defaults
  data import convert recordings to one tape: sim data import IN... -o OUT.parquet
  data info   say what is in a file: sim data info FILE
  data check  grade recordings from A to F: sim data check FILE... --min-grade B
  data synth  generate a synthetic tape: sim data synth -o OUT.parquet --duration 10m
  paper       trade on paper: sim paper --strategy S --venue binance --instrument BTC/USDT
  live        trade at a real venue, with real orders: sim live --strategy S --venue binance --instrument BTC/USDT
  kill        cancel everything of a session, and halt it: sim kill DIR
  record      record a live market as tapes: sim record -o DIR --venue binance --instrument BTC/USDT
  parity      execute a session again from its journal: sim parity DIR
  exchange    a simulated exchange for ccxt clients: sim exchange --data FILE
  bench       measure speed and memory against their targets: sim bench --baseline FILE

  --version   print the version
  --help      print this

exit codes: 0 done, 1 output not written, journal differs, grade too low or a bench is slower, 2 bad arguments or configuration, 3 bad data,
            4 venue, 70 a bug in sim, 130 interrupted`
