// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.libtorch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The network of {@code FashionCnn} written with libtorch's functions, without dropout. */
final class LibtorchNetwork {
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};
    private static final long[] ZERO = {0, 0};

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Starts from the tensors of our state, parameters and buffers. */
    LibtorchNetwork(Map<String, dev.keyway.Tensor> state) {
        state.forEach((name, tensor) -> tensors.put(name, Values.ofFloats(tensor)));
    }

    /** The tensor called so in our network. */
    Tensor tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** Asks for gradients of the tensors called so; what an optimizer needs. */
    TensorVector train(Iterable<String> names) {
        TensorVector parameters = new TensorVector();
        for (String name : names) {
            parameters.push_back(tensor(name).set_requires_grad(true));
        }
        return parameters;
    }

    /** Mean cross-entropy of a batch, in training mode. */
    Tensor loss(Tensor images, Tensor labels) {
        Tensor first = block(images, "0", "1");
        Tensor second = block(first, "4", "5");
        Tensor flat = torch.flatten(second, 1, -1);
        Tensor logits =
                torch.linear(flat, tensor("10.weight"), new TensorOptional(tensor("10.bias")));
        return torch.cross_entropy_loss(logits, labels);
    }

    private Tensor block(Tensor input, String convolution, String norm) {
        Tensor convolved =
                torch.conv2d(
                        input,
                        tensor(convolution + ".weight"),
                        new TensorOptional(),
                        ONE,
                        ONE,
                        ONE,
                        1);
        Tensor normed =
                torch.batch_norm(
                        convolved,
                        new TensorOptional(tensor(norm + ".weight")),
                        new TensorOptional(tensor(norm + ".bias")),
                        new TensorOptional(tensor(norm + ".running_mean")),
                        new TensorOptional(tensor(norm + ".running_var")),
                        true,
                        0.1,
                        1e-5,
                        false);
        return torch.max_pool2d(torch.relu(normed), TWO, TWO, ZERO, ONE, false);
    }

    /** Forgets the gradients. */
    void zeroGrad(Iterable<String> names) {
        for (String name : names) {
            Tensor grad = tensor(name).mutable_grad();
            if (grad.defined()) {
                grad.mul_(new Scalar(0.0));
            }
        }
    }
}
