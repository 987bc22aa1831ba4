// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.training;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.Sequential;
import dev.keyway.nn.data.Augmentation;
import dev.keyway.nn.data.Batch;
import dev.keyway.nn.data.DataLoader;
import dev.keyway.nn.data.FashionMnist;
import dev.keyway.nn.data.ImageDataset;
import dev.keyway.nn.optim.SGD;
import dev.keyway.nn.training.FashionCnn;
import dev.keyway.nn.training.TrainingOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One epoch of the network that {@code keyway train} trains, on the 9,000 images it trains on, read
 * from the folder in the system property {@code keyway.data} ({@code data/fashion-mnist} if unset).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx2g",
            "-XX:+UseParallelGC",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED"
        })
public class EpochBenchmark {
    private static final int IMAGES = 9000;

    /** Threads of the runtime. */
    @Param({"1", "2"})
    public int threads;

    private final ImageDataset images =
            FashionMnist.load(Path.of(System.getProperty("keyway.data", "data/fashion-mnist")))
                    .train()
                    .slice(0, IMAGES);

    private Training training = new Training(images, 1);
    private int epoch;

    /** Opens a runtime on the threads. */
    @Setup(Level.Trial)
    public void open() {
        training.close();
        training = new Training(images, threads);
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        training.close();
    }

    /** The next epoch. */
    @Benchmark
    public double epoch() {
        return training.epoch(epoch++);
    }

    private static final class Training implements AutoCloseable {
        private final Keyway keyway;
        private final Device device;
        private final Sequential model;
        private final SGD optimizer;
        private final DataLoader loader;

        Training(ImageDataset images, int threads) {
            keyway = Keyway.builder().threads(threads).open();
            device = keyway.device("cpu");
            keyway.manualSeed(1);
            model = FashionCnn.create(device, new Generator(1), 0.3);
            optimizer = new SGD(model.namedParameters(), TrainingOptions.LR / 10, 0.9, 5e-4);
            int batch = TrainingOptions.BATCH_SIZE;
            loader = new DataLoader(images, batch, true, Augmentation.FLIP, 1, 1);
        }

        double epoch(int number) {
            double sum = 0;
            for (Batch batch : loader.epoch(number)) {
                optimizer.zeroGrad();
                try (Tensor images =
                                keyway.tensor(device, batch.images(), batch.size(), 1, 28, 28);
                        Tensor labels = keyway.tensor(device, batch.labels(), batch.size());
                        Tensor logits = model.forward(images);
                        Tensor loss = Ops.crossEntropy(logits, labels)) {
                    loss.backward();
                    optimizer.step();
                    sum += loss.item();
                }
            }
            if (!(sum / loader.batches() < 2.5)) {
                throw new IllegalStateException("the training diverged: loss sum " + sum);
            }
            return sum;
        }

        @Override
        public void close() {
            loader.close();
            optimizer.close();
            model.close();
            keyway.close();
        }
    }
}
