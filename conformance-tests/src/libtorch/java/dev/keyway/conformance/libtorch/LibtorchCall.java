// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.oracle.HostArray;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** One call through libtorch's own dispatcher, boxed, in libtorch's own kernels. */
final class LibtorchCall {
    static {
        // Which operators and dtypes go to oneDNN depends on the processor, and so would the
        // results.
        torch.globalContext().setUserEnabledMkldnn(false);
    }

    private LibtorchCall() {}

    /**
     * Calls {@code aten::name.overload}; returns its tensors. All arguments are given, those with a
     * default, too: libtorch itself doesn't count what lies on the stack, and takes what lies
     * before.
     */
    static List<Tensor> call(String qualifiedName, @Nullable Object... arguments) {
        int dot = qualifiedName.indexOf('.');
        String name = dot < 0 ? qualifiedName : qualifiedName.substring(0, dot);
        String overload = dot < 0 ? "" : qualifiedName.substring(dot + 1);
        Dispatcher dispatcher = Dispatcher.singleton();
        OperatorHandle handle = dispatcher.findSchemaOrThrow("aten::" + name, overload);
        long takes = handle.schema().arguments().limit();
        if (takes != arguments.length) {
            throw new AssertionError(
                    "aten::%s takes %d arguments, not %d"
                            .formatted(qualifiedName, takes, arguments.length));
        }
        try (IValueVector stack = new IValueVector()) {
            for (Object argument : arguments) {
                stack.push_back(LibtorchValues.box(argument));
            }
            dispatcher.callBoxed(handle, stack);
            List<Tensor> results = new ArrayList<>();
            for (long i = 0; i < stack.size(); i++) {
                IValue value = stack.get(i);
                if (value.isTensorList()) {
                    TensorVector list = value.toTensorVector();
                    for (long k = 0; k < list.size(); k++) {
                        results.add(new Tensor(list.get(k)));
                    }
                } else {
                    // The stack owns what toTensor returns; a copy counts a reference of its own.
                    results.add(new Tensor(value.toTensor()));
                }
            }
            return results;
        }
    }

    /** The first result of {@link #call}. */
    static Tensor one(String qualifiedName, @Nullable Object... arguments) {
        return call(qualifiedName, arguments).getFirst();
    }

    /** The results as arrays. */
    static List<HostArray> arrays(List<Tensor> tensors) {
        return tensors.stream().map(LibtorchValues::array).toList();
    }
}
