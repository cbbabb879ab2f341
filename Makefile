# The verbs. Maven is behind them; nothing needs to be installed but a JDK 17 or newer.
MVN := ./mvnw -B -ntp
BENCH_JVM = -Xmx1g -XX:+UseSerialGC --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.util=ALL-UNNAMED --add-opens java.base/java.nio=ALL-UNNAMED -cp "bench/target/classes:server/target/moulin-server.jar:server/target/lib/*"

# Made once, and again when what is to be installed has changed.
DBT_VENV := e2e/target/dbt
DBT := $(DBT_VENV)/bin/dbt

.PHONY: build test check fmt e2e golden demo docs clean bench bench-full bench-smoke bench-build micro bench-models bench-models-smoke freshness soak verify rebuilt apicurio dbt

build:            ## compile and package, without tests
	$(MVN) -q package -DskipTests

test:             ## everything that CI checks
	$(MVN) verify

check:            ## formatting, compiler, architecture and house rules
	$(MVN) -q verify -DskipITs -Dtest='ArchitectureTest,TidyTest' -Dsurefire.failIfNoSpecifiedTests=false

fmt:              ## format all code
	$(MVN) -q spotless:apply

e2e: build        ## only the tests that run the real binary
	$(MVN) verify -pl e2e -am -Dtest='*E2eTest' -Dsurefire.failIfNoSpecifiedTests=false

golden:           ## rewrite golden files and docs/reference; the diff is the review
	MOULIN_GOLDEN=rewrite $(MVN) -q verify -Dtest='*GoldenTest' -Dsurefire.failIfNoSpecifiedTests=false

demo: build       ## the demo project, from seed to query
	./moulin demo

docs: build       ## generate docs/reference and the editor schemas from the code
	./moulin docs-reference docs/reference

verify: build     ## 100 kills over 3,000,000 rows: nothing lost, nothing doubled; some minutes
	./moulin verify examples/taxi --kills 100 --rows 3000000 --seed 7

rebuilt:          ## streamed equals rebuilt, on every example: 20 seeds each, killed on the way (half an hour)
	$(MVN) -pl embedded -am test -Dtest=StreamedEqualsRebuiltTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoulin.seeds=20 $(ARGS)

bench: bench-build ## ours, peers and the limit side by side, 500,000 rows, about 10 minutes on 2 quiet cores
	java $(BENCH_JVM) io.moulin.bench.Bench race --rows 500000 --rounds 1 --run "make bench" --out bench/results/short.json \
	  --only full,flink-sql,kernel,duckdb-files,bronze,bronze-quarantine,kafka-connect,events --end-to-end 10000 $(ARGS)

bench-full: bench-build ## the figures of docs/benchmarks.md: 3,000,000 rows, three rounds, all contenders (about 90 minutes)
	java $(BENCH_JVM) io.moulin.bench.Bench race --rows 3000000 --rounds 3 --end-to-end 10000,3000000 \
	  --freshness 1000,5000,10000 --run "make bench-full" --out bench/results/full.json --report docs/benchmarks.md $(ARGS)

bench-smoke: bench-build ## does every contender still work? 20,000 rows, no figures worth keeping
	java $(BENCH_JVM) io.moulin.bench.Bench race --rows 20000 --rounds 1 --passes 1 --run "make bench-smoke" --out bench/target/smoke.json $(ARGS)

bench-models: bench-build $(DBT) ## builds of the taxi models over 3,000,000 rows, and dbt's beside them, in turn
	java $(BENCH_JVM) io.moulin.bench.Bench models --rows 3000000 --rounds 3 --dbt $(DBT_VENV) \
	  --run "make bench-models" --out bench/results/models.json --report docs/benchmarks.md $(ARGS)

bench-models-smoke: bench-build $(DBT) ## do both still build the same? 20,000 rows, no figures worth keeping
	java $(BENCH_JVM) io.moulin.bench.Bench models --rows 20000 --rounds 1 --dbt $(DBT_VENV) \
	  --run "make bench-models-smoke" --out bench/target/models.json $(ARGS)

bench-build: build
	$(MVN) -q -P bench package -DskipTests

micro: bench-build ## JMH: decoding, appending, judging, keys of dedup (3 minutes)
	java $(BENCH_JVM) -cp "bench/micro/target/classes:bench/micro/target/lib/*:server/target/moulin-server.jar:server/target/lib/*" org.openjdk.jmh.Main $(ARGS)

freshness: bench-build ## age of a row when a reader has it, at 10,000 events/s (2 minutes)
	java $(BENCH_JVM) io.moulin.bench.Bench freshness $(ARGS)

soak: bench-build ## one hour at 5,000 events/s: what grows? ARGS='--minutes 5' for less
	java $(BENCH_JVM) io.moulin.bench.Bench soak $(ARGS)

dbt: build $(DBT) ## dbt makes of the exported examples what we make of them, row by row (4 minutes; needs Python 3.10 or newer)
	$(MVN) -pl e2e -am test -Dtest=DbtE2eTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoulin.dbt=$(CURDIR)/$(DBT_VENV)/bin $(ARGS)

$(DBT): e2e/dbt-requirements.txt
	@python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "dbt: python3 is missing, older than 3.10 or without venv; fix: apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv $(DBT_VENV)
	$(DBT_VENV)/bin/pip install -q --disable-pip-version-check -r e2e/dbt-requirements.txt
	touch $@

apicurio:         ## Avro against a real registry (158 MB to fetch once, and a JDK 21 or newer beside this one)
	$(MVN) -q -N org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
	  -Dartifact=io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all -DoutputDirectory=target/apicurio
	$(MVN) -pl jobs -am test -Dtest=ApicurioTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoulin.apicurio=$(CURDIR)/target/apicurio

clean:
	$(MVN) -q clean
