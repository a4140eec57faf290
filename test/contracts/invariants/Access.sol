// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {GateToken} from "../policies/GateToken.sol";
import {World} from "./World.sol";

/// @notice Who may use which model, said once more without asking the registry: by policy, proof, time and balances.
abstract contract Access is World {
    struct Gate {
        uint256 kind;
        uint256 id;
        uint256 minimum;
    }

    /// @dev A licence as it was given, whatever became of its model since.
    struct Grant {
        bytes32 modelKey;
        address user;
        uint40 expiresAt;
        bytes32 root;
        bytes proof;
    }

    uint256 internal constant GATE_IDS = 4;
    uint256 private constant EPOCHS = 3;
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant GRANT_TYPEHASH =
        keccak256("AccessGrant(bytes32 modelKey,address user,uint40 expiresAt,uint256 nonce)");

    GateToken internal gateToken = new GateToken();
    Grant[] internal grants;
    mapping(bytes32 modelKey => IModelRegistry.Terms) internal ghostTerms;
    mapping(bytes32 modelKey => bytes32) internal ghostRoot;
    mapping(bytes32 root => Gate) private gates;
    mapping(address account => uint256) internal balances;
    mapping(address account => mapping(uint256 id => uint256)) internal balancesOf;
    mapping(uint256 id => address) internal ownerOf;

    /// @dev Half of all models are public.
    function policyFrom(uint256 seed) internal returns (IModelRegistry.AccessPolicy policy, bytes32 root) {
        uint256 kind = seed % 8;
        if (kind == 0) return (IModelRegistry.AccessPolicy.Allowlist, allowlistRoot());
        if (kind == 1) return (IModelRegistry.AccessPolicy.TokenGate, gateFrom(seed >> 8));
        if (kind == 2) return (IModelRegistry.AccessPolicy.License, licenceFrom(seed >> 8));
        return (kind == 3 ? IModelRegistry.AccessPolicy.Private : IModelRegistry.AccessPolicy.Public, bytes32(0));
    }

    function giveTokens(address account, uint256 seed) internal {
        uint256 amount = (seed >> 8) % 4;
        if (seed & 1 == 0) {
            gateToken.give(account, amount);
            balances[account] = amount;
        } else {
            uint256 id = (seed >> 16) % GATE_IDS;
            gateToken.give(account, id, amount);
            (balancesOf[account][id], ownerOf[id]) = (amount, account);
        }
    }

    /// @dev Whether an account may use a model, if it brings the best proof that it can have.
    function admits(bytes32 modelKey, address user) internal view returns (bool) {
        IModelRegistry.Terms storage terms = ghostTerms[modelKey];
        if (terms.status != IModelRegistry.ModelStatus.Active) return false;
        if (terms.policy == IModelRegistry.AccessPolicy.Private) return user == terms.owner;
        if (terms.policy == IModelRegistry.AccessPolicy.TokenGate) return holds(gates[ghostRoot[modelKey]], user);
        if (terms.policy == IModelRegistry.AccessPolicy.Allowlist) {
            return user == payers[0].addr || user == payers[1].addr;
        }
        return true;
    }

    /// @dev Whether the grant opens its model at that time.
    function opens(Grant storage grant, uint256 time) internal view returns (bool) {
        IModelRegistry.Terms storage terms = ghostTerms[grant.modelKey];
        return terms.status == IModelRegistry.ModelStatus.Active
            && terms.policy == IModelRegistry.AccessPolicy.License && ghostRoot[grant.modelKey] == grant.root
            && time < grant.expiresAt;
    }

    /// @dev The best proof that an account can have; a licence is signed for it on the spot, for a day.
    function proofFor(address account, bytes32 modelKey) internal view returns (bytes memory) {
        IModelRegistry.AccessPolicy policy = ghostTerms[modelKey].policy;
        bytes32 root = ghostRoot[modelKey];
        if (policy == IModelRegistry.AccessPolicy.Allowlist) {
            bytes32[] memory path = new bytes32[](1);
            path[0] = leafOf(account == payers[0].addr ? payers[1].addr : payers[0].addr);
            return abi.encode(path);
        }
        if (policy == IModelRegistry.AccessPolicy.TokenGate) return gateProof(gates[root]);
        if (policy != IModelRegistry.AccessPolicy.License) return "";
        uint40 expiresAt = uint40(vm.getBlockTimestamp() + 1 days);
        return grantProof(keyOf[address(bytes20(root))].secret, modelKey, account, expiresAt, uint96(uint256(root)));
    }

    function grantProof(uint256 secret, bytes32 modelKey, address user, uint40 expiresAt, uint96 epoch)
        internal
        view
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("ModelRegistry"), keccak256("1"), block.chainid, address(models)
            )
        );
        bytes32 grant = keccak256(abi.encode(GRANT_TYPEHASH, modelKey, user, expiresAt, epoch));
        return abi.encodePacked(expiresAt, sign(secret, keccak256(abi.encodePacked(hex"1901", domain, grant))));
    }

    function gateProof(Gate memory gate) internal view returns (bytes memory) {
        return abi.encode(gate.kind, gateToken, gate.id, gate.minimum);
    }

    function gateFrom(uint256 seed) private returns (bytes32 root) {
        uint16[3] memory kinds = [20, 721, 1155];
        Gate memory gate = Gate(kinds[seed % 3], (seed >> 8) % GATE_IDS, (seed >> 16) % 3);
        root = keccak256(gateProof(gate));
        gates[root] = gate;
    }

    function licenceFrom(uint256 seed) private view returns (bytes32) {
        return bytes32(abi.encodePacked(modelOwner(seed).addr, uint96((seed >> 8) % EPOCHS)));
    }

    /// @dev A minimum of zero admits nobody, but for the one token of an ERC-721.
    function holds(Gate storage gate, address user) private view returns (bool) {
        if (gate.minimum == 0) return gate.kind == 721 && ownerOf[gate.id] == user;
        uint256 balance = gate.kind == 1155 ? balancesOf[user][gate.id] : balances[user];
        return balance >= gate.minimum;
    }

    function allowlistRoot() private view returns (bytes32) {
        (bytes32 a, bytes32 b) = (leafOf(payers[0].addr), leafOf(payers[1].addr));
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function leafOf(address account) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account))));
    }
}
