# The verbs. Maven is behind them; nothing needs to be installed but a JDK 17 or newer.
MVN := ./mvnw -B -ntp
BENCH_JVM = -Xmx512m --add-opens java.base/java.nio=ALL-UNNAMED -cp "bench/target/classes:server/target/moulin-server.jar:server/target/lib/*"

.PHONY: build test check fmt e2e golden demo docs clean freshness soak verify rebuilt apicurio

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

freshness: build  ## age of a row when a reader has it, at 10,000 events/s (2 minutes)
	$(MVN) -q -P bench package -DskipTests
	java $(BENCH_JVM) io.moulin.bench.Freshness $(ARGS)

soak: build       ## one hour at 5,000 events/s: what grows? ARGS='--minutes 5' for less
	$(MVN) -q -P bench package -DskipTests
	java $(BENCH_JVM) io.moulin.bench.Soak $(ARGS)

apicurio:         ## Avro against a real registry (158 MB to fetch once, and a JDK 21 or newer beside this one)
	$(MVN) -q -N org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
	  -Dartifact=io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all -DoutputDirectory=target/apicurio
	$(MVN) -pl jobs -am test -Dtest=ApicurioTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoulin.apicurio=$(CURDIR)/target/apicurio

clean:
	$(MVN) -q clean
